"""Latin-script names of many cultures, beside those that Faker's locales give."""

from __future__ import annotations

from probes.training.generate.words import words

GIVEN: dict[str, tuple[str, ...]] = {
    "chinese": tuple(
        words(
            "Wei Fang Xiaoming Jing Lei Yan Jun Li Na Min Tao Qiang Xiuying Hao Yu Ting Jie Chao Ping Gang Hui Bo Xin Mei "
            "Ling Hong Yifan Zihan Yuxuan Haoran Zixuan Yichen Xinyi Shihan Mengyao Jiahui Zhiqiang Guoqiang Jianguo Jianhua "
            "Wenjie Xiaoyan Xiaoling Lili Yuhan Ruoxi Siyu Peng Kai Feng Dong Hua Yun Xue Qing Zhen Rong Shan Ning Cheng Yang "
            "Zhaohui Shuyuan Weiwei Yingying Haiyan Bin Rui Jiayi Minghao Tianyu Zhiwei Xiaolong Chunhua Meiling Yanling "
            "Guiying Shufen Yulan Dehua Mengjie Yutong Kaiwen Zheng-yu Wei-Lin Chia-hao Yi-chun Pei-shan Mei-hua Kwok-wai "
            "Wing-yan Siu-ming Ka-yan"
        )
    ),
    "korean": tuple(
        words(
            "Min-jun Seo-yeon Ji-hoon Soo-jin Hye-jin Dong-hyun Jae-won Eun-ji Sung-min Ha-eun Yu-jin Tae-hyung Hyun-woo "
            "Seung-hyun Ji-woo Minseo Jiho Yejin Sooyoung Jisoo Hyunjin Kyung-soo Young-ho Mi-sook Joon-ho Chan-wook Bo-ra "
            "Da-eun Ji-yoon Woo-jin Nari Hana Jinwoo Sangmin Byung-hun Ye-rin Yoo-na Kwang-soo Sun-hee Myung-hee Jung-hwa "
            "In-ho Dae-jung Hyo-rin Gyu-ri Soo-ah Tae-yeon"
        )
    ),
    "indian": tuple(
        words(
            "Aarav Vivaan Aditya Arjun Rohan Priya Ananya Diya Ishaan Kavya Rahul Sneha Amit Pooja Vikram Neha Suresh Lakshmi "
            "Ramesh Deepika Karthik Meera Sanjay Anjali Rajesh Sunita Manoj Divya Nikhil Shreya Arvind Padma Ganesh Radha "
            "Harish Kiran Vijay Swati Gurpreet Harpreet Jaswinder Manpreet Farhan Imran Ayesha Zara Saanvi Advait Dhruv Tanvi "
            "Ritu Alok Bhavna Chandra Devika Esha Gautam Hemant Indira Jyoti Kunal Leela Madhav Nandini Omkar Pallavi Raghav "
            "Savitri Tarun Uma Varun Yamini Siddharth Abhishek Parvati Subramaniam Venkatesh Thirumalai Balaji Murugan "
            "Revathi Anirban Debasish Sourav Mousumi"
        )
    ),
    "arabic": tuple(
        words(
            "Mohammed Ahmed Ali Omar Youssef Khalid Hassan Hussein Ibrahim Mustafa Fatima Aisha Layla Noor Zainab Mariam "
            "Salma Yasmin Hana Rania Tariq Bilal Samir Karim Rashid Faisal Saeed Abdullah Abdulrahman Mahmoud Nasser Jamal "
            "Waleed Ziad Amal Dina Huda Iman Lina Nadia Reem Sara Samira Amina Khadija Hamza Anas Ayman Bassam Firas Ghassan "
            "Haitham Ismail Jaber Kamal Luay Marwan Nabil Osama Qasim Ramzi Sufyan Talal Usama Wissam Yahya Zaki Abeer Basma "
            "Dalal Farah Ghada Hind Jumana Lubna Maha Nawal Rasha Shaima Wafa"
        )
    ),
    "african": tuple(
        words(
            "Chinedu Ngozi Oluwaseun Adaeze Emeka Chiamaka Ifeanyi Folake Tunde Yetunde Obinna Amara Kelechi Ikenna Uche "
            "Nneka Babatunde Adewale Temitope Funmilayo Segun Damilola Chukwuemeka Ebere Olumide Bukola Kwame Kofi Ama Akosua "
            "Yaw Abena Kwabena Efua Wanjiru Kamau Njeri Otieno Achieng Mwangi Wambui Kiprop Chebet Thabo Sipho Nomvula Lerato "
            "Thandiwe Mandla Zanele Bongani Naledi Tendai Rudo Tafadzwa Farai Abebe Tigist Haile Selam Dawit Mamadou Fatou "
            "Ousmane Awa Ibrahima Aminata Moussa Mariama Sekou Juma Neema Baraka Zawadi"
        )
    ),
    "vietnamese": tuple(
        words(
            "Anh Minh Hùng Dũng Linh Trang Hương Lan Mai Thảo Phương Tuấn Nam Long Quang Huy Khánh Ngọc Hà Thu Vân Tâm Đức "
            "Phúc Hải Sơn Bảo Châu Giang Hiền Khoa Loan My Nga Oanh Quỳnh Thịnh Trung Việt Xuân Yến Van Anh Thanh Thi Hong "
            "Duc Tuan Hung Dung Huong Phuc"
        )
    ),
    "japanese": tuple(
        words(
            "Haruto Yuto Sota Yuki Hayato Ren Kaito Riku Sora Takumi Kenji Hiroshi Takashi Satoshi Kenta Daiki Shota Ryo "
            "Akira Makoto Naoki Kazuki Sakura Yui Hina Aoi Mio Rin Misaki Nanami Akiko Yoko Keiko Michiko Yumi Kaori Tomoko "
            "Naomi Emi Mai Ayaka Haruka Asuka Chihiro Megumi Reiko Sachiko Noriko Junko Mariko Shinji Tetsuya Yusuke Kohei "
            "Ryota Tatsuya Masahiro Toshiro Kiyoshi Yoshiko"
        )
    ),
    "slavic": tuple(
        words(
            "Aleksandr Dmitry Sergei Ivan Andrei Natalia Olga Tatiana Svetlana Yelena Anastasia Mikhail Nikolai Vladimir "
            "Oksana Taras Bohdan Iryna Oleksandr Kateryna Jana Lukáš Ondřej Zdeněk Božena Željko Dragan Milica Jelena Nikola "
            "Marko Vesna Zoran Bojan Katarzyna Małgorzata Agnieszka Wojciech Krzysztof Stanisław Łukasz Zbigniew Yevgeny "
            "Ludmila Galina Arkady Timur Ruslan Ilya"
        )
    ),
    "latin": tuple(
        words(
            "José María Juan Luis Carlos Sofía Lucía Martín Andrés Inês João Beatriz Mateus Thiago Camila Valentina Santiago "
            "Diego Alejandra Gabriela Ramón Íñigo Begoña Núria Jordi Montserrat Xavier Giovanni Chiara Matteo Giulia "
            "Alessandro Ginevra Niccolò Françoise Élodie Benoît Jean-Pierre Marie-Claire Anne-Sophie Théo Zoé Aurélie "
            "Guillaume Maëlle Ximena Joaquín Belén Rocío Caetano Conceição"
        )
    ),
    "nordic": tuple(
        words(
            "Björn Åsa Søren Jørgen Mette Ingrid Lars Freja Sigrid Håkon Øystein Göran Birgitta Eero Aino Väinö Päivi Jukka "
            "Sanna Guðrún Sigurður Þórdís Astrid Leif Gunnar Solveig Kjell Maja Torbjørn Liv Jürgen Günther Käthe Wolfgang "
            "Heike Uwe Annegret Siobhán Niamh Caoimhe Oisín Eoghan Aoife Rhys Cerys Llewellyn Angharad Alasdair Mairead"
        )
    ),
    "persian": tuple(
        words(
            "Amir Arash Arman Babak Bahram Behnam Cyrus Dariush Ehsan Farhad Farid Hamid Hooman Hossein Kamran Kaveh Kian "
            "Kourosh Majid Mehdi Mehrdad Navid Omid Parviz Payam Pedram Ramin Reza Saman Siavash Shahin Sohrab Vahid Azadeh "
            "Bahar Elham Fereshteh Golnaz Laleh Leila Mahsa Maryam Mina Mitra Nasrin Nazanin Niloufar Parisa Roxana Sahar "
            "Samaneh Sepideh Shirin Soraya Tara Zahra"
        )
    ),
    "turkish": tuple(
        words(
            "Ahmet Mehmet Mustafa Emre Burak Murat Okan Serkan Tolga Ufuk Volkan Yusuf Kemal Kerem Onur Hakan Cem Can Barış "
            "Deniz Ege Efe Orhan Selim Sinan Umut Ayşe Fatma Elif Zeynep Merve Büşra Esra Derya Ebru Gizem Gülşen Hülya İpek "
            "Melike Nur Özge Pınar Selin Sevgi Şule Tuğba Yasemin Zehra"
        )
    ),
    "ethiopian": tuple(
        words(
            "Abebe Bekele Dawit Ermias Getachew Girma Kebede Lemma Mulugeta Solomon Tadesse Tesfaye Yonas Zerihun Almaz Aster "
            "Bethlehem Eden Genet Hirut Liya Meron Meseret Mihret Rahel Senait Tigist Tsehay Yordanos Zenebech Hagos Kidane "
            "Berhane Isaias Filmon Semere Luwam Saba"
        )
    ),
    "polynesian": tuple(
        words(
            "Sione Tevita Semisi Viliami Manu Tane Kauri Wiremu Hemi Rangi Tama Matiu Hone Nikau Aroha Ngaire Mere Hinemoa "
            "Kiri Marama Anahera Leilani Kalani Kai Keoni Makoa Nalani Mahina Tavita Ioane Faleolo Sina Lupe Malia Tiare "
            "Moana Teuila Fetu"
        )
    ),
    "filipino": tuple(
        words(
            "Jejomar Rodel Arnel Jomar Reynaldo Bayani Dakila Luzviminda Maricel Jocelyn Rowena Marites Analyn Cherry-Ann "
            "Jhun Nonito Danilo Efren Crisanto Ligaya Tala Mayumi Amihan Isagani Joselito Rosalinda"
        )
    ),
    "hispanic": tuple(
        words(
            "Guadalupe Ignacio Esteban Rogelio Arturo Ricardo Eduardo Fernando Raúl Hugo Óscar Iván Emilio Rafael Marisol "
            "Pilar Dolores Consuelo Esperanza Graciela Lourdes Maribel Yolanda Xiomara Yesenia Itzel Citlali Aurelio Baltasar "
            "Crescencio Eusebio Fidel Gonzalo Hilario Jacinto Leandro Macario Nicanor Octavio Plácido Remedios Socorro "
            "Trinidad Úrsula Wilfredo Zoraida"
        )
    ),
    "portuguese": tuple(
        words(
            "Afonso Bernardo Duarte Francisco Gil Henrique Lourenço Martim Nuno Rui Tiago Vasco Adriana Benedita Carolina "
            "Filipa Graça Helena Inácia Leonor Madalena Matilde Rita Teresa Vitória Wellington Edson Gilberto Jussara Luana "
            "Márcia Neusa Raimundo Severino Tainá Ubirajara Wanderley"
        )
    ),
    "english": tuple(
        words(
            "Aaron Abigail Albert Alice Amber Amy Angela Anthony April Arthur Audrey Austin Barbara Beth Blake Bob Bonnie "
            "Brandon Brenda Brian Brooke Bruce Caleb Carl Carol Cathy Chad Charlie Chloe Chris Cindy Claire Clara Cody Colin "
            "Connor Craig Crystal Curtis Daisy Dale Dan Dana Dave Dawn Dean Debbie Dennis Derek Diana Dominic Donna Doug Drew "
            "Dylan Earl Eddie Edith Eileen Elaine Eleanor Ellie Elsie Eric Ernest Ethan Eva Faith Felix Fiona Florence Frank "
            "Fred Gary Gavin Gemma Gene George Gerald Gina Glenn Gloria Gordon Grace Graham Greg Gwen Hannah Harold Harriet "
            "Harry Harvey Hazel Heather Heidi Henry Holly Hope Howard Hugh Ian Irene Iris Isaac Isla Ivy Jack Jacob Jade Jake "
            "Jan Jane Janet Jasmine Jason Jay Jean Jeff Jenna Jenny Jeremy Jerry Jill Jim Jo Joan Joanne Joe Joel Josh Joy "
            "Joyce Judith Judy Julia Julie June Justin Karen Kate Kathy Katie Keith Kelly Ken Kevin Kim Kirk Kyle Larry Laura "
            "Lauren Leah Lee Leo Leon Leslie Lewis Lily Linda Lisa Liz Logan Lois Lola Lorraine Louis Louise Lucas Lucy Luke "
            "Lynn Mabel Madison Malcolm Marcus Margaret Marie Mark Martha Martin Mason Matt Maureen Max May Megan Mel Mia "
            "Mick Mike Millie Milo Mitch Molly Monica Morgan Nancy Natalie Nate Ned Neil Nick Nicola Nicole Nigel Noah Nora "
            "Norman Olive Oscar Owen Paige Pam Pat Patty Paul Pauline Peggy Penny Pete Peter Phil Phoebe Phyllis Polly Rachel "
            "Ralph Randy Ray Rebecca Reggie Rex Rich Rick Rob Robin Rod Roger Ron Rosa Rose Rosie Ross Roy Ruby Russell Ruth "
            "Ryan Sally Sam Sandra Sandy Scarlett Scott Sean Seth Shane Sharon Shaun Sheila Shelly Shirley Sid Simon Sky "
            "Sonia Spencer Stacey Stan Stella Stephanie Steve Stewart Sue Summer Susie Sylvia Ted Terry Tess Tim Tina Toby "
            "Todd Tom Toni Tracy Trevor Troy Tyler Valerie Vera Vernon Vicky Victor Vince Viola Violet Wade Walt Walter Wanda "
            "Warren Wayne Wendy Wes Will Winston Yvonne Zach Zoe"
        )
    ),
}

FAMILY: dict[str, tuple[str, ...]] = {
    "chinese": tuple(
        words(
            "Wang Li Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun Ma Zhu Hu Guo He Lin Gao Luo Zheng Liang Xie Tang Song "
            "Deng Han Feng Cao Peng Zeng Xiao Tian Dong Pan Yuan Cai Jiang Yu Du Ye Cheng Wei Su Lu Ding Ren Yao Shen Zhong "
            "Cui Tan Fan Liao Shi Jin Jia Xia Fu Fang Zou Xiong Bai Meng Qin Qiu Hou Ouyang Sima Wong Chan Leung Cheung Kwok "
            "Ng Tsai Hsu Lau Yip Tam Chow Tsang"
        )
    ),
    "korean": tuple(
        words(
            "Kim Lee Park Choi Jung Kang Cho Yoon Jang Lim Han Oh Seo Shin Kwon Hwang Ahn Song Ryu Hong Jeon Ko Moon Yang Son "
            "Bae Baek Heo Nam Noh Ha Joo Woo Koo Min Yoo Chung Rhee Yi Bang Do Ma Pyo"
        )
    ),
    "indian": tuple(
        words(
            "Sharma Verma Gupta Singh Kumar Patel Reddy Nair Iyer Menon Rao Desai Joshi Mehta Shah Kapoor Khanna Malhotra "
            "Chopra Bhatia Agarwal Banerjee Mukherjee Chatterjee Ghosh Das Bose Sen Roy Pillai Krishnan Subramanian "
            "Venkataraman Naidu Chowdhury Mishra Pandey Tiwari Trivedi Yadav Chauhan Rathore Thakur Kulkarni Deshpande Patil "
            "Gaikwad Shetty Hegde Gowda Bhat Kamath D'Souza Fernandes Pereira Khan Ansari Siddiqui Sheikh Qureshi Gill "
            "Dhillon Sandhu Grewal Sidhu Saxena Srivastava Bhattacharya Balasubramaniam"
        )
    ),
    "arabic": (
        *words(
            "Haddad Khoury Nasser Mansour Rahman Hussein Saleh Aziz Farouk Hamdan Qureshi Darwish Najjar Shammari Otaibi "
            "Zahrani Ghamdi Qahtani Harbi Mutairi Sabbagh Tahan Awad Bakr Fayed Gaber Habib Issa Jabri Kassem Maalouf Naguib "
            "Ramadan Salem Sharif Tawfik Yassin Zaher Boutros Benali Bouazizi Cherif El-Sayed Al-Farsi Al-Masri Al-Rashid "
            "Al-Khatib Al-Najjar El-Amin Abu-Zayd"
        ),
        "bin Salman",
        "al Maktoum",
        "Ben Youssef",
        "Abu Bakr",
        "bint Khalid",
        "El Idrissi",
    ),
    "african": tuple(
        words(
            "Okafor Adeyemi Okonkwo Balogun Eze Nwosu Obi Adebayo Ogunleye Chukwu Onyeka Afolabi Olawale Ibrahim Bello "
            "Abubakar Danjuma Yusuf Mensah Owusu Boateng Asante Osei Appiah Agyeman Nkrumah Kariuki Odhiambo Kimani Mutua "
            "Ochieng Njoroge Wekesa Dlamini Nkosi Mokoena Khumalo Ndlovu Zulu Mthembu Moyo Sibanda Chikwanha Tesfaye Bekele "
            "Gebre Diallo Traoré Keita Camara Diop Ndiaye Sow Koné Ouédraogo Mbeki Mwanga Nyerere Achebe Uzoma Ekwueme Nnamdi"
        )
    ),
    "vietnamese": tuple(
        words(
            "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Nguyen Tran Le Pham Hoang Huynh Vo Dang "
            "Bui Ngo Duong Truong Dinh Luong Trinh"
        )
    ),
    "japanese": tuple(
        words(
            "Sato Suzuki Takahashi Tanaka Watanabe Ito Yamamoto Nakamura Kobayashi Kato Yoshida Yamada Sasaki Yamaguchi "
            "Matsumoto Inoue Kimura Hayashi Shimizu Yamazaki Mori Abe Ikeda Hashimoto Yamashita Ishikawa Nakajima Maeda "
            "Fujita Ogawa Goto Okada Hasegawa Murakami Kondo Ishii Saito Sakamoto Endo Aoki Fujii Nishimura Fukuda Ota Miura "
            "Fujiwara Okamoto Matsuda Nakagawa Nakano Harada Ono Tamura Takeuchi Kaneko Wada Nakayama Ishida Ueda Morita"
        )
    ),
    "slavic": tuple(
        words(
            "Ivanov Petrova Smirnov Kuznetsova Popov Sokolova Lebedev Kozlov Novikova Morozov Volkov Pavlova Shevchenko "
            "Kovalenko Bondarenko Tkachenko Kravchenko Novák Svoboda Dvořák Černý Procházková Horáková Jovanović Petrović "
            "Marković Đorđević Kovačević Horvat Novak Kowalski Wiśniewska Wójcik Kamiński Zieliński Szymańska Woźniak "
            "Dąbrowska Grzegorczyk Brzęczyszczykiewicz Dimitrov Ivanova Georgiev Ionescu Popescu Szabó Nagy Kovács Tóth"
        )
    ),
    "latin": (
        *words(
            "García Fernández González Rodríguez López Martínez Sánchez Pérez Gómez Muñoz Jiménez Núñez Ibáñez Echeverría "
            "Silva Santos Oliveira Souza Gonçalves Araújo Simões Magalhães Rossi Esposito Ricci Colombo Lefèvre Dubois "
            "Béranger Chevalier Garnier Peña Quiñones García-Márquez López-Ruiz"
        ),
        "de la Cruz",
        "de la Fuente",
        "del Río",
        "dos Santos",
        "da Silva",
        "de Souza",
        "Di Stefano",
        "De Luca",
        "D'Angelo",
        "du Plessis",
        "de La Tour",
        "Le Goff",
        "García Lorca",
        "Vargas Llosa",
        "de los Ríos",
    ),
    "nordic": (
        *words(
            "Lindqvist Åkesson Sjöberg Öberg Nygård Sørensen Jørgensen Bjørnstad Østergaard Virtanen Mäkelä Hämäläinen "
            "Jónsdóttir Gunnarsson Müller Schröder Köhler Weiß Größmann Strauß Jäger O'Brien O'Connor O'Neill D'Arcy MacLeod "
            "McDonald McKenzie Ó'Súilleabháin Fitzgerald Llywelyn Pryce-Jones Smith-Wesley Hughes-Davies Armstrong-Reid"
        ),
        "van der Berg",
        "van Dijk",
        "van den Heuvel",
        "de Vries",
        "de Jong",
        "van 't Hoff",
        "ter Horst",
        "von Trapp",
        "von der Leyden",
        "zu Guttenau",
        "af Klintberg",
        "ten Boom",
        "Vander Meer",
        "Mac Giolla",
    ),
    "persian": tuple(
        words(
            "Ahmadi Akbari Amini Azizi Bahrami Bagheri Danesh Ebrahimi Farahani Farrokhzad Ghorbani Golestani Hashemi Heidari "
            "Hosseini Jafari Jalali Javadi Karimi Kazemi Khosravi Mahdavi Moradi Mousavi Nazari Nikzad Parsa Pourali Rahimi "
            "Rajabi Rezaei Rostami Sadeghi Safavi Salehi Shahbazi Shirazi Soltani Tabrizi Tehrani Yazdani Zamani Zandi"
        )
    ),
    "turkish": tuple(
        words(
            "Yılmaz Kaya Demir Çelik Şahin Yıldız Yıldırım Öztürk Aydın Özdemir Arslan Doğan Kılıç Aslan Çetin Kara Koç Kurt "
            "Özkan Şimşek Polat Korkmaz Erdoğmuş Güneş Aksoy Bulut Taş Bozkurt Turan Keskin Ünal Güler Yavuz Tekin Sarı Acar "
            "Ateş Kaplan Toprak Ergin"
        )
    ),
    "ethiopian": tuple(
        words(
            "Alemu Assefa Ayele Belay Desta Demissie Fikre Gebremariam Gebreselassie Haile Hailu Kassa Lemma Mamo Mekonnen "
            "Mengistu Negash Regassa Shiferaw Tadesse Taye Tekle Tilahun Tsegaye Wolde Woldemichael Worku Yohannes Zewde "
            "Habte Ghebremedhin Tesfamariam"
        )
    ),
    "polynesian": tuple(
        words(
            "Taufa Fifita Tupou Vunipola Mahe Latu Fonoti Leota Tuilagi Faumuina Seumalo Tamatea Ngata Parata Te-Kanawa "
            "Paewai Rangihuna Kahui Waititi Kapono Kealoha Kahananui Nakamoa Kamaka Tuimavave Ioane Sopoaga Aumua Leavasa "
            "Manumaleuna"
        )
    ),
    "filipino": tuple(
        words(
            "Reyes Bautista Ocampo Mendoza Villanueva Aquino Salazar Dimaculangan Macaraeg Magbanua Dela-Cruz Pangilinan "
            "Lacson Tolentino Manalo Sumulong Katigbak Batungbakal Cabrera Soriano Evangelista Abad Del-Rosario"
        )
    ),
    "hispanic": tuple(
        words(
            "Aguilar Alvarado Barrios Cabrera Calderón Cárdenas Castañeda Cervantes Contreras Cortés Delgado Domínguez "
            "Escobar Espinoza Figueroa Fuentes Galindo Guerrero Gutiérrez Herrera Huerta Juárez Lozano Maldonado Medina Mejía "
            "Montoya Morales Navarro Ochoa Orozco Ortega Pacheco Padilla Palacios Quintero Ramírez Ríos Robles Rosales "
            "Salinas Sandoval Solís Tapia Trujillo Valdez Valencia Vargas Vázquez Velasco Villarreal Zamora Zapata Zepeda"
        )
    ),
    "portuguese": tuple(
        words(
            "Almeida Andrade Barbosa Barros Batista Borges Cardoso Carvalho Castro Cavalcanti Costa Cunha Dias Duarte Farias "
            "Ferreira Figueiredo Fonseca Freitas Gomes Guimarães Lima Lopes Machado Marques Martins Medeiros Mendes Monteiro "
            "Moraes Moreira Moura Nascimento Neves Nogueira Nunes Pacheco Pinheiro Pinto Ramos Ribeiro Rocha Sampaio Siqueira "
            "Tavares Teixeira Vasconcelos Vieira Xavier"
        )
    ),
    "english": tuple(
        words(
            "Abbott Adams Aldridge Allen Andrews Archer Armstrong Arnold Ashworth Atkins Austin Bailey Baker Baldwin Ball "
            "Banks Barber Barker Barnett Barrett Barton Bates Baxter Beck Becker Bell Berry Bishop Black Blackwell Blair Bond "
            "Booth Bowen Bowers Boyd Bradley Brady Brewer Bridges Briggs Brooks Bryant Buckley Burgess Burke Burns Burton "
            "Bush Butcher Butler Byrne Caldwell Cannon Carpenter Carr Carroll Carson Chambers Chandler Chapman Church Clark "
            "Clayton Cole Coleman Collier Collins Conway Cook Cooke Cooper Cox Craig Crawford Cross Cunningham Curtis Dale "
            "Dalton Daly Davenport Davidson Day Dean Dixon Dodd Dolan Doyle Drake Duffy Duncan Dunn Eaton Edwards Elliott "
            "Ellis English Farmer Farrell Field Finch Fisher Fleming Fletcher Flynn Forbes Ford Fowler Fox Francis Franklin "
            "Freeman French Frost Fuller Gallagher Gardner Gibbs Gibson Gilbert Glover Goodwin Gould Graves Gray Green Greene "
            "Griffin Hale Hall Hammond Hardy Harmon Hart Hawkins Hayes Heath Henderson Hicks Higgins Hill Hobbs Hodges "
            "Holland Holmes Holt Hooper Hopkins Horton Howe Hubbard Hunt Hunter Hutchins Ingram Irwin Jarvis Jennings Jensen "
            "Kane Keller Kemp Kennedy Kerr King Kirby Knight Lamb Lambert Lane Lawson Leach Leonard Little Lloyd Locke Long "
            "Love Lowe Lucas Lynch Lyons Maddox Mann Marsh Marshall Mason Massey Mathis May McBride McCarthy McCoy McGrath "
            "McGuire McLean Mills Monroe Moody Moon Moore Morrow Moss Mullen Murphy Myers Nash Newman Newton Nolan Norris "
            "Norton Odell Osborne Owens Page Palmer Parker Parks Parsons Payne Pearce Perkins Pope Porter Potter Powell "
            "Powers Pratt Price Quinn Ramsey Randall Reed Reid Rhodes Rice Rich Riley Robbins Rose Rowe Russo Ryan Savage "
            "Sawyer Schultz Sharp Shaw Shepherd Short Simmons Singleton Skinner Slater Small Snow Sparks Spence Stanton "
            "Steele Stephens Stokes Stone Strong Summers Sutton Swift Tate Thorne Thornton Tobin Townsend Tucker Tyler "
            "Underwood Vance Vaughn Wade Wagner Wall Waller Walsh Walters Ward Warner Waters Watkins Watts Weaver Webb Weber "
            "Welch Wells West Wheeler Whitaker White Wilcox Wilkins Winters Wise Wolfe Wood Woods Wyatt Yates York Zimmerman"
        )
    ),
}

HISTORIC: tuple[str, ...] = (
    "Isaac Newton",
    "Ada Lovelace",
    "Marie Curie",
    "Charles Darwin",
    "Nikola Tesla",
    "Galileo Galilei",
    "Johannes Kepler",
    "Leonhard Euler",
    "Napoleon Bonaparte",
    "Abraham Lincoln",
    "Catherine de Medici",
    "Jane Austen",
    "Mark Twain",
    "Emily Dickinson",
    "Virginia Woolf",
    "Leo Tolstoy",
    "Ludwig van Beethoven",
    "Johann Sebastian Bach",
    "Wolfgang Amadeus Mozart",
    "Frédéric Chopin",
    "Vincent van Gogh",
    "Claude Monet",
    "Rembrandt van Rijn",
    "Leonardo da Vinci",
    "Michelangelo",
    "William Shakespeare",
    "Geoffrey Chaucer",
    "Miguel de Cervantes",
    "Victor Hugo",
    "Émile Zola",
    "Friedrich Nietzsche",
    "Immanuel Kant",
    "René Descartes",
    "John Locke",
    "David Hume",
    "Adam Smith",
    "Karl Marx",
    "Florence Nightingale",
    "Louis Pasteur",
    "Gregor Mendel",
    "Alan Turing",
    "Albert Einstein",
    "Niels Bohr",
    "Max Planck",
    "Erwin Schrödinger",
    "Rosalind Franklin",
    "Amelia Earhart",
    "Theodore Roosevelt",
    "Benjamin Franklin",
    "Thomas Jefferson",
    "George Washington",
    "Mahatma Gandhi",
    "Rabindranath Tagore",
    "Simón Bolívar",
    "Julius Caesar",
    "Cleopatra",
    "Alexander the Great",
    "Marco Polo",
    "Christopher Columbus",
    "Ferdinand Magellan",
    "Oda Nobunaga",
    "Harriet Tubman",
    "Frederick Douglass",
    "Susan B. Anthony",
    "Otto von Bismarck",
    "Confucius",
)
